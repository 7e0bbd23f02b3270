#pragma once

#include "checkpoint/safetensors.h"

namespace carica::weights {

/// Writes tensors as torch.save writes a state_dict: a zip archive that torch.load reads, with
/// weights_only=True, too. Tensors may lie on any device and in any layout. Throws Error(kShape) as
/// checkpoint::write_safetensors, also for unsigned numbers of more than 8 bits and for archives of
/// 4 GiB and more; Error(kIo).
void write_torch(AtomicFile& file, const checkpoint::NamedTensors& tensors);

}  // namespace carica::weights
