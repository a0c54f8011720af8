"""Public pages of commerce: a shop's policies, and the portal where shoppers see their orders and send things back."""
