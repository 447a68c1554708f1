"""Parts of posting: reading answers of every kind into one shape, finding their claims, telling refusals."""
