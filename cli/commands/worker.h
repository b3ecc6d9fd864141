// The hidden command `__worker`: the other end of cli/supervisor/protocol.h.
#pragma once

namespace bp {

/// Serves requests until the end of input. Returns an exit status; leaves without running exit
/// handlers unless it was asked to quit in order.
int run_worker();

}  // namespace bp
