"""Commerce owns what the stores know and what is done there.

Stores, products, orders, shipments, refunds, returns and subscriptions are mirrored from the connected stores;
acts change them there, each planned, shown, committed and recorded once. Policies are data that everything reads.
"""
