"""What leaves this repository: the students' starting point. Everything in it is generated, and checked for leaks."""
