"""Paper「打印」: setting a PDF with the fonts that the product ships."""
