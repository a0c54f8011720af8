"""What a text is about: models see a text and give an `Understanding`; the reader stores it and tells it."""
