"""What leaves this repository, such as the students' starting point. All of it is generated, and checked for leaks."""
