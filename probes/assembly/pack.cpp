#include "probes/assembly/pack.h"

#include <zstd.h>

#include <algorithm>
#include <array>

#include "probes/assembly/pack_format.h"  // describes the layout

namespace bp {
namespace {

using namespace pack_format;

[[noreturn]] void damaged(const char* what) {
  throw PackError(std::string("the embedded device code is damaged (") + what +
                  "): build or download the program again");
}

/// Reads numbers and strings; every step is checked against the end.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) : left_(bytes) {}

  template <typename T>
  T number() {
    const auto bytes = take(sizeof(T));
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
      value = static_cast<T>(value | static_cast<T>(bytes[i]) << (8 * i));
    return value;
  }
  std::string_view string() {
    const auto bytes = take(number<std::uint32_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  Blob blob() {
    Blob blob;
    blob.offset = number<std::uint64_t>();
    blob.stored = number<std::uint32_t>();
    blob.size = number<std::uint32_t>();
    return blob;
  }
  /// A count of things that take at least `least` bytes each: more than fit is damage, found before
  /// any memory is reserved for them.
  std::size_t count(std::size_t least) {
    const std::size_t n = number<std::uint32_t>();
    if (n > left_.size() / least) damaged("a count is too large");
    return n;
  }
  bool done() const { return left_.empty(); }

 private:
  std::span<const std::uint8_t> take(std::size_t size) {
    if (size > left_.size()) damaged("the index ends too early");
    const auto bytes = left_.first(size);
    left_ = left_.subspan(size);
    return bytes;
  }
  std::span<const std::uint8_t> left_;
};

std::vector<std::uint8_t> inflate(std::span<const std::uint8_t> stored, std::uint32_t size) {
  if (size > most_inflated) damaged("a size is too large");
  std::vector<std::uint8_t> bytes(size);
  const auto written = ZSTD_decompress(bytes.data(), bytes.size(), stored.data(), stored.size());
  if (ZSTD_isError(written)) damaged(ZSTD_getErrorName(written));
  if (written != bytes.size()) damaged("a size is wrong");
  return bytes;
}

Suffix parse_suffix(std::uint8_t byte) {
  if (byte == static_cast<std::uint8_t>(Suffix::architecture)) return Suffix::architecture;
  if (byte == static_cast<std::uint8_t>(Suffix::family)) return Suffix::family;
  if (byte != static_cast<std::uint8_t>(Suffix::none)) damaged("an unknown target suffix");
  return Suffix::none;
}

struct Module {
  std::string_view id;
  Blob ptx;
};

}  // namespace

struct Pack::Impl {
  std::vector<std::uint8_t> index;      // inflated; the views below point into it
  std::span<const std::uint8_t> blobs;  // what lies behind the index
  std::string toolkit;
  std::vector<Module> modules;
  std::vector<Assembly> assemblies;
  std::vector<Blob> cubins;  // of `assemblies`

  void read_header(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < header_size) damaged("it is too short");
    if (!std::ranges::equal(bytes.first(magic.size()), magic, {}, {},
                            [](char c) { return static_cast<std::uint8_t>(c); }))
      damaged("it does not start as a pack");
    ByteReader header(bytes.subspan(magic.size(), header_size - magic.size()));
    if (header.number<std::uint64_t>() != bytes.size()) damaged("its length is wrong");
    const auto stored = header.number<std::uint32_t>();
    const auto size = header.number<std::uint32_t>();
    if (stored > bytes.size() - header_size) damaged("the index is too long");
    index = inflate(bytes.subspan(header_size, stored), size);
    blobs = bytes.subspan(header_size + stored);
  }

  Blob checked(Blob blob) const {
    if (blob.offset > blobs.size() || blob.stored > blobs.size() - blob.offset ||
        blob.size > most_inflated)
      damaged("a part lies outside");
    return blob;
  }

  void read_index() {
    ByteReader reader(index);
    toolkit = reader.string();
    std::vector<std::string_view> strings(reader.count(4));
    for (auto& text : strings) text = reader.string();
    const auto string_at = [&](std::uint32_t place) {
      if (place >= strings.size()) damaged("a text is missing");
      return std::string(strings[place]);
    };
    modules.resize(reader.count(20));
    for (auto& module : modules) {
      module.id = reader.string();
      module.ptx = checked(reader.blob());
    }
    if (!std::ranges::is_sorted(modules, {}, &Module::id)) damaged("the modules are not in order");
    const auto count = reader.count(36);
    assemblies.resize(count);
    cubins.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      auto& assembly = assemblies[i];
      const auto module = reader.number<std::uint32_t>();
      if (module >= modules.size()) damaged("a module is missing");
      assembly.module = modules[module].id;
      const int number = reader.number<std::uint16_t>();
      assembly.target = {{number / 10, number % 10}, parse_suffix(reader.number<std::uint8_t>())};
      const auto flags = reader.number<std::uint8_t>();
      assembly.accepted = (flags & flag_accepted) != 0;
      assembly.on_target = (flags & flag_on_target) != 0;
      assembly.message = string_at(reader.number<std::uint32_t>());
      assembly.sass = string_at(reader.number<std::uint32_t>());
      assembly.opcodes.resize(reader.count(4));
      for (auto& opcode : assembly.opcodes) opcode = string_at(reader.number<std::uint32_t>());
      cubins[i] = checked(reader.blob());
    }
    if (!reader.done()) damaged("the index is too long");
    if (!std::ranges::is_sorted(assemblies, {}, key)) damaged("the assemblies are not in order");
  }

  static std::pair<std::string_view, Target> key(const Assembly& assembly) {
    return {assembly.module, assembly.target};
  }

  std::vector<std::uint8_t> read(const Blob& blob) const {
    if (blob.size == 0) return {};
    return inflate(blobs.subspan(static_cast<std::size_t>(blob.offset), blob.stored), blob.size);
  }
};

Pack::Pack(std::span<const std::uint8_t> bytes) : impl_(std::make_unique<Impl>()) {
  impl_->read_header(bytes);
  impl_->read_index();
}
Pack::~Pack() = default;
Pack::Pack(Pack&&) noexcept = default;

const std::string& Pack::toolkit() const { return impl_->toolkit; }
std::span<const Assembly> Pack::assemblies() const { return impl_->assemblies; }

const Assembly* Pack::find(std::string_view module, Target target) const {
  const std::pair wanted{module, target};
  const auto found = std::ranges::lower_bound(impl_->assemblies, wanted, {}, &Impl::key);
  return found == impl_->assemblies.end() || Impl::key(*found) != wanted ? nullptr : &*found;
}

std::string Pack::ptx(std::string_view module) const {
  const auto found = std::ranges::lower_bound(impl_->modules, module, {}, &Module::id);
  if (found == impl_->modules.end() || found->id != module) return {};
  const auto bytes = impl_->read(found->ptx);
  return {bytes.begin(), bytes.end()};
}

std::optional<std::vector<std::uint8_t>> Pack::cubin(std::string_view module, Target target) const {
  const auto* assembly = find(module, target);
  if (assembly == nullptr) return std::nullopt;
  const auto& blob = impl_->cubins[static_cast<std::size_t>(assembly - impl_->assemblies.data())];
  if (blob.size == 0) return std::nullopt;
  return impl_->read(blob);
}

const Assembly* Pack::best(std::string_view module, ComputeCapability cc) const {
  const Assembly* refused = nullptr;
  for (const auto suffix : {Suffix::none, Suffix::family, Suffix::architecture}) {
    const auto* assembly = find(module, {cc, suffix});
    if (assembly == nullptr) continue;
    if (assembly->accepted) return assembly;
    refused = assembly;  // the last is the most specific one
  }
  return refused;
}

std::vector<MatrixRow> matrix_rows(const Pack& pack) {
  std::vector<MatrixRow> rows;
  rows.reserve(pack.assemblies().size());
  for (const auto& assembly : pack.assemblies()) {
    rows.push_back({.feature = assembly.module,
                    .target = to_string(assembly.target),
                    .toolkit = pack.toolkit(),
                    .verdict = assembly.accepted ? Status::assembles : Status::refused,
                    .sass = assembly.sass,
                    .message = assembly.message});
  }
  return rows;
}

}  // namespace bp
