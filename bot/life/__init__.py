"""A month of made-up life for trying things out: consultations in every stage, played by the use cases themselves."""

from bot.life.month import a_month

__all__ = ["a_month"]
