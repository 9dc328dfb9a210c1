"""A second implementation of the contract language, slow and plain, written from docs/contract-language.md.

* It reads a page's canonical model, plain JSON, and imports nothing of the product.
* Every rule stands where the specification has it, with no table made in advance and nothing remembered.
"""
