"""What tests of several folders build: notebooks, small courses, records of live models."""
