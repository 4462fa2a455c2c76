"""What holds while a submission is graded."""
