"""The demo store "Alder & Pine": a small believable shop with its people, past orders and conversations.

It owns its content (JSON beside the code), its pages under `/demo/`, and nothing in the database: orders placed
in the shop go through the port `DemoOrders`, which the application fills in.
"""
