"""The common ledger: deeds, blocks, the state tree, the log, execution and proofs."""
