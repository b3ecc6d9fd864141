// The hidden commands `__worker`, the other end of cli/supervisor/protocol.h, and `__matrix`, that
// of driver_matrix.h.
#pragma once

namespace bp {

/// Serves requests until the end of input. Returns an exit status; leaves without running exit
/// handlers unless it was asked to quit in order.
int run_worker();
int run_matrix_worker();

}  // namespace bp
