"""What people say of a service afterwards: ratings of requests that were answered, and votes on pages.

Staff read it and change nothing in it.
"""
