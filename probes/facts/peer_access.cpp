// Two GPUs: what the driver says of them, a copy each way, and a kernel of one that changes memory
// of the other. NVLink multicast is never touched.
#include "probes/driver/problem.h"
#include "probes/survey/touch.h"

namespace bp {
namespace {

constexpr std::size_t count = std::size_t{1} << 20;  // words: 4 MiB

struct Direction {
  const Gpu& from;
  const Gpu& to;
  std::string name;  // "first_to_second"
};

void declared(SurveyRun& run, const Direction& way) {
  run.value_by(way.name + "_access", "", EvidenceKind::declared, [&] {
    int can = 0;
    way.from.check(run.need(run.api().DeviceCanAccessPeer, "cuDeviceCanAccessPeer")(
                       &can, way.from.device(), way.to.device()),
                   "cuDeviceCanAccessPeer");
    return FactValue(can != 0);
  });
  const auto attribute = [&](const char* name, CUdevice_P2PAttribute which) {
    run.value_by(way.name + name, "", EvidenceKind::declared, [&] {
      int value = 0;
      way.from.check(run.need(run.api().DeviceGetP2PAttribute, "cuDeviceGetP2PAttribute")(
                         &value, which, way.from.device(), way.to.device()),
                     "cuDeviceGetP2PAttribute");
      return FactValue(std::int64_t{value});
    });
  };
  attribute("_performance_rank", CU_DEVICE_P2P_ATTRIBUTE_PERFORMANCE_RANK);
  attribute("_native_atomics", CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED);
}

std::vector<std::uint32_t> words_of(const Gpu& gpu, const DeviceBuffer& buffer) {
  std::vector<std::uint32_t> words(count);
  gpu.bind();
  buffer.download({reinterpret_cast<std::uint8_t*>(words.data()), buffer.size()});
  return words;
}

void upload(const Gpu& gpu, DeviceBuffer& buffer, const std::vector<std::uint32_t>& words) {
  gpu.bind();
  buffer.upload({reinterpret_cast<const std::uint8_t*>(words.data()), buffer.size()});
}

/// Copies twice, the second time with other words: a copy that did not happen is seen.
std::size_t copy(SurveyRun& run, const Direction& way, DeviceBuffer& source, DeviceBuffer& target) {
  const auto move = run.need(run.api().MemcpyPeerAsync, "cuMemcpyPeerAsync");
  for (const std::uint32_t key : {0xaau, 0xbbu}) {
    const auto words = pattern(count, key);
    upload(way.from, source, words);
    way.from.check(move(target.address(), way.to.context(), source.address(), way.from.context(),
                        source.size(), way.from.stream()),
                   "cuMemcpyPeerAsync");
    run.wait(way.from);
    expect_equal(words_of(way.to, target), words, "a copy between two GPUs, " + way.name);
  }
  return source.size();
}

/// A kernel of `from` changes memory of `to`.
std::size_t reach(SurveyRun& run, const Direction& way, DeviceBuffer& target) {
  int can = 0;
  const auto ask = run.need(run.api().DeviceCanAccessPeer, "cuDeviceCanAccessPeer");
  way.from.check(ask(&can, way.from.device(), way.to.device()), "cuDeviceCanAccessPeer");
  if (can == 0) throw Absent{"the driver says that it has no access"};
  const auto enable = run.need(run.api().CtxEnablePeerAccess, "cuCtxEnablePeerAccess");
  const auto disable = run.need(run.api().CtxDisablePeerAccess, "cuCtxDisablePeerAccess");
  const auto words = pattern(count, 0xcc);
  upload(way.to, target, words);
  run.wait(way.to);
  way.from.bind();
  way.from.check(enable(way.to.context(), 0), "cuCtxEnablePeerAccess");
  const Undo undo(way.from, [&] {
    way.from.bind();
    disable(way.to.context());
  });
  touch(run, way.from, target.address(), count);
  expect_equal(words_of(way.to, target), touched(words), "memory of the other GPU, " + way.name);
  return target.size();
}

void measure(SurveyRun& run) {
  run.peer().bind();
  DeviceBuffer second(run.peer(), count * sizeof(std::uint32_t));
  run.gpu().bind();
  DeviceBuffer first(run.gpu(), count * sizeof(std::uint32_t));
  const Direction forth{run.gpu(), run.peer(), "first_to_second"};
  const Direction back{run.peer(), run.gpu(), "second_to_first"};
  for (const Direction* const direction : {&forth, &back}) {
    const Direction& way = *direction;
    DeviceBuffer& source = direction == &forth ? first : second;
    DeviceBuffer& target = direction == &forth ? second : first;
    declared(run, way);
    run.value_by(way.name + "_copied", "B", EvidenceKind::verified,
                 [&] { return whole(copy(run, way, source, target)); });
    run.value_by(way.name + "_changed_by_kernel", "B", EvidenceKind::verified,
                 [&] { return whole(reach(run, way, target)); });
  }
}

}  // namespace

extern const Survey peer_access_survey;
const Survey peer_access_survey{"fact.peer_access", measure};

}  // namespace bp
