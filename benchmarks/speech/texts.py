"""What the benchmark's voice says: written for it, with names that no dictionary has."""

from __future__ import annotations

CLIPS: tuple[tuple[str, ...], ...] = (
    (
        "Every film begins with a single picture.",
        "Somebody holds a camera, and the light is almost gone.",
        "We drove along the coast for three days without a plan.",
        "Nothing was open.",
        "In the harbour, an old man was mending his nets under a yellow lamp.",
        "He looked up, smiled, and went on working.",
        "That is the shot I remember best.",
    ),
    (
        "Welcome to the kitchen of Marguerite Oyelaran.",
        "Today she is baking bread with rye, honey and walnuts.",
        "First, warm the milk until it steams.",
        "Then stir in the yeast and wait.",
        "Do not rush this part, because the dough decides how long it takes.",
        "When it has doubled, fold it twice and let it rest again.",
        "Forty minutes later, your whole house smells like a bakery.",
        "Cut it while it is warm.",
    ),
    (
        "The new Velotron has a lighter frame and better brakes.",
        "It folds in nine seconds.",
        "You can carry it up the stairs, put it under your desk, and forget about it.",
        "Charge it once a week.",
        "Our engineers in Tromso tested it on ice, on gravel and on very bad roads.",
        "Some of them even enjoyed it.",
        "Order yours before the end of October.",
    ),
    (
        "Good evening, everyone, and thank you for coming out in this terrible weather.",
        "My name is Quillan Abernathy.",
        "I have been asked to talk about patience.",
        "As a child I thought that patience meant doing nothing.",
        "My grandmother, who grew pears, knew better.",
        "She planted trees that would not bear fruit for seven years.",
        "People laughed at her, right up until the eighth year.",
        "So plant something tonight.",
        "It does not have to be a tree.",
    ),
    (
        "Are you ready?",
        "Keep your eyes on the ball, bend your knees, and breathe out as you swing.",
        "Again, but slower this time.",
        "Wonderful!",
        "Most players lift their head too early, and the ball goes straight into the net.",
        "If you feel tired, stop and drink some water.",
        "Tomorrow we will work on your serve with Coach Zbigniew.",
    ),
    (
        "Far above the clouds, the air is thin and bitterly cold.",
        "Satellites cross the sky like slow bright insects.",
        "One of them, called Perihelix, has been listening to the ocean since nineteen ninety.",
        "It hears storms, ships and sometimes whales.",
        "Scientists compare its records with those of the past century.",
        "The water is warmer now.",
        "Nobody is surprised, yet everybody is silent for a moment.",
        "Then the next picture arrives.",
    ),
)
