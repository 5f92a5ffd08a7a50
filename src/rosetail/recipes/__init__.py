"""One readable file per training method; ``loop`` runs them all and knows no model."""
