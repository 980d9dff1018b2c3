"""What runs inside the sandbox, beside student code: it records what the code asks for, and trains nothing.

Nothing here is trusted by the rest of netgrade: student code can change all of it. It only has to be right for
students who do not.
"""
