"""Parts of writing an appeal: sentences with what they rest on, what the record shows, exhibits."""
