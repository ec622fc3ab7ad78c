"""What each page shows, planned as data."""
