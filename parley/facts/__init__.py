"""What can happen: frozen records in the past tense, one small file per slice, nothing else."""
