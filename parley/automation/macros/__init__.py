"""Macros: text in several languages with variables, files and acts in one step."""
