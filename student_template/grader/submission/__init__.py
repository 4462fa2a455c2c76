"""What a submission may be."""
