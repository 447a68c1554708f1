"""Our own papers by the record they carry: which a PDF is, what it says, whether it is still as it was written."""
