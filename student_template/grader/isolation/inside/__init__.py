"""What is there where student code runs."""
