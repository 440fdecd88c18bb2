"""Every table, by the room that fills it."""

from storage.models.cases import Case, CaseEvent, Counter, Evidence, Staff
from storage.models.delivery import InboxRow, Nudge, OutboxRow, Unsent
from storage.models.knowledge import KnowledgeChange, MatchVote, Organisation, PastCase, Scheme, WardFact
from storage.models.proposals import AnswerPart, Attachment, Citizen, Consent, Proposal
from storage.models.words import (
    QUESTIONS,
    Audience,
    Channel,
    Delivery,
    PartState,
    PartyKind,
    ProposalState,
    Role,
    Stage,
)

__all__ = [
    "QUESTIONS",
    "AnswerPart",
    "Attachment",
    "Audience",
    "Case",
    "CaseEvent",
    "Channel",
    "Citizen",
    "Consent",
    "Counter",
    "Delivery",
    "Evidence",
    "InboxRow",
    "KnowledgeChange",
    "MatchVote",
    "Nudge",
    "Organisation",
    "OutboxRow",
    "PartState",
    "PartyKind",
    "PastCase",
    "Proposal",
    "ProposalState",
    "Role",
    "Scheme",
    "Staff",
    "Stage",
    "Unsent",
    "WardFact",
]
