"""Personal data in the package and in texts beside it: searched by their form before anything is published."""
