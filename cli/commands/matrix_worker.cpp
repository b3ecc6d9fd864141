// The process behind `matrix --driver`: one request from standard input, one line of JSON for each
// answer on result_fd. See driver_matrix.h.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/commands/worker.h"
#include "cli/supervisor/protocol.h"
#include "probes/driver/unusable.h"
#include "probes/engine/engine.h"
#include "probes/engine/refusals.h"
#include "probes/features/embedded.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

void answer(const Json& json) {
  const std::string line = json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t wrote = write(result_fd, line.data() + sent, line.size() - sent);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) _exit(0);  // nobody listens any more
    sent += static_cast<std::size_t>(wrote);
  }
}

void judge_all(const Json& request) {
  Engine engine({.libcuda = request.at("libcuda").get<std::string>()});
  try {
    const DriverAssembler& assembler = engine.assembler();
    if (!assembler.ability().present) {
      answer({{"problem", encode(make_reason("no_assembler", assembler.ability().error))}});
      return;
    }
    for (const std::string id : request.at("features")) {
      const InstructionProbe* probe = find_probe(id);
      if (probe == nullptr) throw DecodeError("no feature is called \"" + id + "\"");
      answer({{"started", id}});
      for (const std::string name : request.at("targets")) {
        const Target target = parse_target(name).value();
        const auto judgement = judge_alone(assembler, probe_pack(), *probe, target);
        if (judgement.trouble == Trouble::unknown_target) continue;
        answer(encode(MatrixRow{.feature = id,
                                .target = name,
                                .toolkit = assembler.name(),
                                .verdict = judgement.accepted ? Status::assembles : Status::refused,
                                .sass = {},
                                .message = judgement.message}));
      }
      answer({{"ended", id}});
    }
  } catch (const Unusable& unusable) {
    answer({{"problem", encode(unusable.reason)}});
  }
}

}  // namespace

int run_matrix_worker() {
  if (fcntl(result_fd, F_GETFD) < 0) {
    std::fputs(
        "blackwell-probe: __matrix is started by blackwell-probe itself; use \"matrix "
        "--driver\".\n",
        stderr);
    return 2;
  }
  try {
    std::string line;
    std::getline(std::cin, line);
    judge_all(Json::parse(line));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    _exit(4);
  }
  _exit(0);  // destructors of a broken context may hang
}

}  // namespace bp
