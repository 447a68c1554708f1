"""The return code on a printed letter as a picture: drawn as a QR code, read again from a phone's photo or a scan."""
