"""SMS Merkezi: the project's composition and the ground that its doors stand on. No business rule lives here."""

VERSION = "1.0.0"
