"""How likely each moment is a beat or a downbeat, by one protocol and several listeners."""
