"""The network: backbones, the heads on them, and the losses they learn by. Needs torch."""
