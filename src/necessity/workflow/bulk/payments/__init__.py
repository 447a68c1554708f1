"""From decided lines to money: remittances (835) for providers, a payment file for members, denials, what is held."""
