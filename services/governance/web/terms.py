"""Codes whose own letters say too little, in people's words: themes, signs of the market, tasks, policies. Pure."""

from typing import Final

TERMS: Final = {
    "abuse.physical": "Abuse: physical", "abuse.domestic": "Abuse: domestic", "abuse.sexual": "Abuse: sexual",
    "abuse.psychological": "Abuse: psychological", "abuse.financial": "Abuse: financial or material",
    "abuse.modern_slavery": "Abuse: modern slavery", "abuse.discriminatory": "Abuse: discriminatory",
    "abuse.organisational": "Abuse: organisational", "abuse.neglect": "Abuse: neglect",
    "abuse.self_neglect": "Self-neglect",
    "choice_control": "Choice and control", "consent_mca": "Consent and mental capacity",
    "nutrition_hydration": "Food and drink", "skin_pressure": "Skin and pressure care",
    "falls_moving": "Falls and moving people", "ipc": "Infection prevention", "eol": "End of life",
    "health_access": "Access to health care", "safeguarding_system": "How safeguarding works",
    "whistleblow_culture": "Speaking up and culture", "training_supervision": "Training and supervision",
    "records_info": "Records and information", "homecare_delivery": "Home care visits",
    "transport_transfer": "Transport and transfers", "contract_compliance": "Keeping the contract",
    "insurance_lapse": "Insurance lapsed", "contract_handback": "Contract handed back",
    "sponsor_licence": "Sponsor licence at risk", "cyber_outage": "Cyber attack or outage",
    "premises_loss": "Premises lost", "key_debt": "Debts to key suppliers", "fee_dispute": "Dispute over fees",
    "manager_loss": "Manager lost", "occupancy_low": "Low occupancy", "high_turnover": "High turnover of staff",
    "review_tainted_decision": "Look again at a decision whose evidence fell",
    "herefordshire-lga-2017": "Herefordshire (LGA case study) 2017",
}  # fmt: skip
"""Themes and signs stand without their `q.` and `m.`, as pages look them up."""
