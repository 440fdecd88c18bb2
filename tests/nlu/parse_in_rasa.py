"""Runs in Rasa's environment: reads cases as JSON, prints what the trained model with its guard makes of each.

Usage: python parse_in_rasa.py MODEL < [{"text": …, "form": …, "question": …, "said": […]}].
The last line is the answer.
"""

import asyncio
import json
import sys
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import UserMessage
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker


async def parse(agent: Agent, case: dict[str, Any]) -> dict[str, Any]:
    said = [ActionExecuted(name) for name in case.get("said", [])]
    place = [ActiveLoop(case["form"]), SlotSet("requested_slot", case["question"])] if case.get("form") else []
    events = [*said, *place, ActionExecuted("action_listen")]
    tracker = DialogueStateTracker.from_events("citizen", events, slots=agent.domain.slots)
    parsed = await agent.processor.parse_message(UserMessage(case["text"]), tracker)
    entities = {found["entity"]: found["value"] for found in parsed["entities"]}
    return {"intent": parsed["intent"], "entities": entities, "text": parsed["text"]}


async def main() -> None:
    agent = Agent.load(sys.argv[1])
    print(json.dumps([await parse(agent, case) for case in json.load(sys.stdin)]))


asyncio.run(main())
