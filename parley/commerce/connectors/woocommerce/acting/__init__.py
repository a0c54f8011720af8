"""What can be done at a WooCommerce store: each act is found again by its end state or by the key written beside it."""
