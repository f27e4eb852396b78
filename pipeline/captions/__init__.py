"""From words, or a person's text, to captions that can be read. Pure: values in, values out."""
