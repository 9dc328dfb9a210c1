"""Pages of the second profile for the tests' ledgers: time limits, calendars."""

from __future__ import annotations

from typing import Final

OFFER: Final = """
contract: offer
version: 1
title: {en: Offer, zh: 要约}
basis: [test]
calendars: [cn-work]
roles:
  maker: {en: maker, zh: 要约人}
  taker: {en: taker, zh: 受要约人}
deadlines:
  expiry: {en: The offer expires., zh: 要约有效期届满。, in: [open], to: lapsed}
states: [open, lapsed!, taken!]
races: [[hand, take]]
actions:
  make:
    by: maker
    args: {taker: party, last: time}
    to: open
    set: {taker: args.taker}
    due: {expiry: args.last}
  extend:
    by: maker
    from: open
    args: {day: date, days: int}
    due: {expiry: 'day_end(workday(args.day, args.days, "cn-work"))'}
  hand:
    by: maker
    from: open
    args: {taker: party}
    set: {taker: args.taker}
  take:
    by: taker
    from: open
    to: taken
    until: expiry
"""

TERM: Final = """
contract: term
version: 1
title: {en: Term, zh: 期限}
basis: [test]
roles:
  holder: {en: holder, zh: 持有人}
deadlines:
  term: {en: The term is over., zh: 期限届满。, in: [open]}
states: [open, done!]
actions:
  make:
    by: holder
    args: {last: time}
    to: open
    due: {term: args.last}
  early:
    by: holder
    from: open
    to: done
    until: term
  late:
    by: holder
    from: open
    to: done
    after: term
"""

CLAIM: Final = """
contract: claim
version: 1
title: {en: Claim, zh: 申报}
basis: [test]
roles:
  holder: {en: holder, zh: 持有人}
deadlines:
  objection: {en: Time to object., zh: 异议期。, in: [open], suspends: true}
  term: {en: The term is over., zh: 期限届满。, in: [open]}
states: [open, done!]
actions:
  make:
    by: holder
    args: {last: time}
    to: open
    due: {objection: args.last, term: args.last}
  object:
    by: holder
    from: open
    until: objection
    to: done
  look:
    by: holder
    from: open
"""

DEPOSIT: Final = """
contract: deposit
version: 1
title: {en: Deposit, zh: 寄存}
basis: [test]
roles:
  keeper: {en: keeper, zh: 保管人}
  owner: {en: owner, zh: 寄存人}
quantity: {unit: kg}
fields:
  lot: text(64)
deadlines:
  term: {en: The term is over., zh: 期限届满。, in: [kept], to: over, burn: all}
states: [kept, over!, back!]
upgrade: [keeper, owner]
actions:
  keep:
    by: keeper
    args: {owner: party, lot: text(64), weight: quantity, last: time}
    to: kept
    mint: args.weight
    set: {owner: args.owner, lot: args.lot}
    due: {term: args.last}
  give-back:
    by: [keeper, owner]
    from: kept
    to: back
    burn: all
"""

STORAGE: Final = """
contract: storage
version: 1
title: {en: Storage, zh: 仓储}
basis: [test]
follows:
  page: deposit@1
  states: {kept: stored}
  fields: {batch: self.lot}
roles:
  keeper: {en: keeper, zh: 保管人}
  owner: {en: owner, zh: 存货人}
quantity: {unit: kg}
fields:
  batch: text(64)
deadlines:
  term: {en: The term is over., zh: 期限届满。, in: [stored], to: over, burn: all}
states: [stored, over!, back!]
actions:
  store:
    by: keeper
    args: {owner: party, batch: text(64), weight: quantity, last: time}
    when:
      not-too-heavy:
        that: args.weight < 1000
        says: {en: Below a tonne., zh: 不足一吨。}
    to: stored
    mint: args.weight
    set: {owner: args.owner, batch: args.batch}
    due: {term: args.last}
  give-back:
    by: [keeper, owner]
    from: stored
    to: back
    burn: all
always:
  light:
    that: self.quantity < 1000
    says: {en: Below a tonne., zh: 不足一吨。}
"""

LATER: Final = {"deposit": DEPOSIT, "offer": OFFER, "storage": STORAGE, "claim": CLAIM, "term": TERM}
