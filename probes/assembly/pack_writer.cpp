#include "probes/assembly/pack_writer.h"

#include <zstd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

#include "probes/assembly/pack_format.h"

namespace bp {
namespace {

using namespace pack_format;

class ByteWriter {
 public:
  template <typename T>
  void number(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void raw(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }
  void string(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    raw(text);
  }
  void blob(const Blob& blob) {
    number(blob.offset);
    number(blob.stored);
    number(blob.size);
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

std::vector<std::uint8_t> deflate(const void* data, std::size_t size) {
  if (size > most_inflated) throw PackError("a module is too large for a pack");
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, 15);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::vector<std::uint8_t> stored(ZSTD_compressBound(size));
  const auto written = ZSTD_compress2(context.get(), stored.data(), stored.size(), data, size);
  if (ZSTD_isError(written))
    throw PackError(std::string("zstd cannot compress: ") + ZSTD_getErrorName(written));
  stored.resize(written);
  return stored;
}

/// Frames one behind the other; their offsets count from the start of this area until the index is
/// known.
class BlobArea {
 public:
  Blob add(const void* data, std::size_t size) {
    if (size == 0) return {};
    const auto stored = deflate(data, size);
    const Blob blob{bytes_.size(), static_cast<std::uint32_t>(stored.size()),
                    static_cast<std::uint32_t>(size)};
    bytes_.insert(bytes_.end(), stored.begin(), stored.end());
    return blob;
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

class StringTable {
 public:
  std::uint32_t place(const std::string& text) {
    const auto [entry, added] =
        places_.try_emplace(text, static_cast<std::uint32_t>(order_.size()));
    if (added) order_.push_back(text);
    return entry->second;
  }
  const std::vector<std::string>& strings() const { return order_; }

 private:
  std::map<std::string, std::uint32_t> places_;
  std::vector<std::string> order_;
};

}  // namespace

std::vector<std::uint8_t> write_pack(const std::string& toolkit, std::vector<PackModule> modules) {
  std::ranges::sort(modules, {}, &PackModule::id);
  const auto twin = std::ranges::adjacent_find(modules, {}, &PackModule::id);
  if (twin != modules.end()) throw PackError("two modules are called " + twin->id);

  StringTable strings;
  BlobArea area;
  ByteWriter module_part;
  ByteWriter assembly_part;
  std::uint32_t assemblies = 0;
  module_part.number(static_cast<std::uint32_t>(modules.size()));
  for (std::size_t m = 0; m < modules.size(); ++m) {
    auto& module = modules[m];
    module_part.string(module.id);
    module_part.blob(area.add(module.ptx.data(), module.ptx.size()));
    std::ranges::sort(module.rows, {},
                      [](const PackModule::Row& row) { return row.assembly.target; });
    for (const auto& [assembly, cubin] : module.rows) {
      ++assemblies;
      assembly_part.number(static_cast<std::uint32_t>(m));
      assembly_part.number(static_cast<std::uint16_t>(assembly.target.cc.number()));
      assembly_part.number(static_cast<std::uint8_t>(assembly.target.suffix));
      assembly_part.number(static_cast<std::uint8_t>((assembly.accepted ? flag_accepted : 0) |
                                                     (assembly.on_target ? flag_on_target : 0)));
      assembly_part.number(strings.place(assembly.message));
      assembly_part.number(strings.place(assembly.sass));
      assembly_part.number(static_cast<std::uint32_t>(assembly.opcodes.size()));
      for (const auto& opcode : assembly.opcodes) assembly_part.number(strings.place(opcode));
      assembly_part.blob(area.add(cubin.data(), cubin.size()));
    }
  }

  ByteWriter index;
  index.string(toolkit);
  index.number(static_cast<std::uint32_t>(strings.strings().size()));
  for (const auto& text : strings.strings()) index.string(text);
  const auto append = [&](const ByteWriter& part) {
    index.raw({reinterpret_cast<const char*>(part.bytes().data()), part.bytes().size()});
  };
  append(module_part);
  index.number(assemblies);
  append(assembly_part);

  const auto stored_index = deflate(index.bytes().data(), index.bytes().size());
  ByteWriter pack;
  pack.raw(magic);
  pack.number(static_cast<std::uint64_t>(header_size + stored_index.size() + area.bytes().size()));
  pack.number(static_cast<std::uint32_t>(stored_index.size()));
  pack.number(static_cast<std::uint32_t>(index.bytes().size()));
  auto bytes = pack.bytes();
  bytes.insert(bytes.end(), stored_index.begin(), stored_index.end());
  bytes.insert(bytes.end(), area.bytes().begin(), area.bytes().end());
  return bytes;
}

}  // namespace bp
