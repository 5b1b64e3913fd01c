"""What belongs to the course itself rather than to photo classification."""
