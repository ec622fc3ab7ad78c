"""A static site generator for a city's public transparency portal."""
