"""From the content of a document to files: PDF by Typst, Word by python-docx, one HTML page."""
