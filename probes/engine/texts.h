// The PTX of probes as the driver's assembler gets it: which `.version`, alone or joined.
#pragma once

#include <span>
#include <vector>

#include "probes/assembly/log.h"
#include "probes/assembly/pack.h"
#include "probes/assembly/rewrite.h"
#include "probes/engine/assembler.h"
#include "probes/features/probe.h"

namespace bp {

using Probes = std::span<const InstructionProbe* const>;

/// `.version` to write for a probe on a target; the newest that the driver takes where the build
/// does not know it.
PtxVersion version_of(const DriverAssembler& assembler, const InstructionProbe& probe,
                      Target target);

/// Whether the driver's assembler takes a text of that version.
bool in_reach(const DriverAssembler& assembler, const InstructionProbe& probe, Target target);

/// The probe's text alone.
struct Alone {
  std::string ptx;
  LinkResult answer;
};
Alone link_alone(const DriverAssembler& assembler, const Pack& pack, const InstructionProbe& probe,
                 Target target);

/// Several probes as one text.
struct Joined {
  JoinedPtx ptx;
  LinkResult answer;
};
Joined link_joined(const DriverAssembler& assembler, const Pack& pack, Probes probes,
                   Target target);
/// The same with a refused instruction planted at the end of each (plant_refusal).
Joined link_planted(const DriverAssembler& assembler, const Pack& pack, Probes probes,
                    Target target);

/// One probe's part of a joined text, and what the answer's log says of it (lines count from its
/// start).
struct Part {
  std::string_view text;  // points into the joined text
  std::vector<LogLine> log;
};
/// Of each probe, in the order in which they were joined.
std::vector<Part> parts_of(const Joined& joined, std::size_t probes);

/// Equal shares for the assembler's threads: for half of the cores, eight at most, of eight probes
/// at least.
std::vector<std::vector<const InstructionProbe*>> in_shares(Probes probes);

}  // namespace bp
