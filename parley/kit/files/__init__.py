"""Files: what they really are, safe names, small copies of pictures, and where the bytes are kept."""
