"""The contract language: a page that a lawyer can read, checked and run alike by every node.

page.load(text)          YAML page -> model and findings        compile_page(model).act(world, act)
check(page, suite)       check report; runs the examples       schema.schema()   JSON Schema of the model
"""

from __future__ import annotations

from wusong.contract import codes as codes
from wusong.contract.acts import ActInput, Outcome, Requirement, World
from wusong.contract.examples import ExampleResult, run_examples
from wusong.contract.interpreter import Compiled, compile_page
from wusong.contract.leaf import Leaf
from wusong.contract.page import Page, digest, load
from wusong.contract.report import check

__all__ = [
    "ActInput", "Compiled", "ExampleResult", "Leaf", "Outcome", "Page", "Requirement", "World",
    "check", "compile_page", "digest", "load", "run_examples",
]  # fmt: skip
