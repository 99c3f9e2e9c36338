"""What entities are called in Home Assistant, by their keys; in English they are named where they are made.

The same words as those of the component, so that an entity keeps its name whoever makes it. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

FRENCH: Mapping[str, str] = {
    "motion": "Mouvement",
    "person": "Personne",
    "vehicle": "Véhicule",
    "animal": "Animal",
    "fps": "Images par seconde",
    "bytes_per_frame": "Taille d’une image",
    "status": "État",
    "problem": "Pas d’enregistrement",
    "no_recording_reason": "Pourquoi rien n’est enregistré",
    "reconnects": "Reconnexions",
    "frames_dropped": "Images perdues",
    "last_frame": "Dernière image",
    "enabled": "Caméra",
    "detection": "Détection",
    "recording": "Enregistrement",
    "privacy": "Mode privé",
    "sensitivity": "Sensibilité",
    "last_event": "Dernier événement",
    "take_snapshot": "Prendre une photo",
    "light": "Lampe",
    "board_signal": "Force du signal",
    "board_memory": "Mémoire libre",
    "board_psram": "PSRAM libre",
    "board_started": "Démarrage",
    "board_reset": "Cause du dernier démarrage",
    "board_sent": "Images envoyées",
    "board_skipped": "Images sautées",
    "guard": "Garde",
    "cameras_connected": "Caméras connectées",
    "storage_free": "Espace libre",
    "storage_used": "Espace pris par les enregistrements",
    "storage_problem": "Stockage",
    "clips": "Enregistrements",
    "version": "Version",
}


def names_in(language: str) -> Mapping[str, str]:
    """None where the entities' own are meant."""
    return FRENCH if language == "fr" else {}
