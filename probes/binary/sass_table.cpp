#include "probes/binary/sass_table.h"

#include <algorithm>

namespace bp {
namespace {

using Names = std::string_view[];
using Modifiers = SassModifier[];

constexpr int newest = 121;

// One bit that prints a word where it is set.
constexpr Names sparse{"", "SP"}, of_two_ctas{"", "2CTA"}, without_metadata{"", "WS"};
constexpr Names multicast{"", "MULTICAST"}, extended{"", "E"}, relu{"", "RELU"};
constexpr Names saturated{"", "SAT"}, finite{"", "SATFINITE"};
// Words that always stand there.
constexpr Names scaled{"SF"}, f32{"F32"}, e2m1{"E2M1"}, bits_256{"256"}, level2{"L2"};

constexpr Names accumulator{"F16", "F32"};
constexpr Names half_type{"", "BF16", "TF32"};
constexpr Names fp8{"E4M3", "E5M2"};
constexpr Names small_float{"E4M3", "E5M2", "?", "E3M2", "E2M3", "E2M1"};
constexpr Names byte_type{"U8", "S8"};
constexpr Names integer_type{"U8", "S8", "?", "?", "U4", "S4"};
constexpr Names bit_operation{"XOR", "?", "AND"};
constexpr Names population{"?", "POPC"};

constexpr Names hmma_shape{"1688", "16816", "1684", "16832"};
constexpr Modifiers hmma{{.bits = {73}, .names = sparse},
                         {.bits = {75, 78}, .names = hmma_shape},
                         {.bits = {76}, .names = accumulator},
                         {.bits = {82, 83}, .names = half_type}};
constexpr Names imma_shape{"8816", "?", "8832", "?", "16816", "16832", "16864", "168128"};
constexpr Modifiers imma{{.bits = {72}, .names = sparse},
                         {.bits = {75, 85, 86}, .names = imma_shape},
                         {.bits = {76, 77, 83}, .names = integer_type},
                         {.bits = {78, 79, 84}, .names = integer_type}};
constexpr Names bmma_shape{"88128", "168128", "168256"};
constexpr Modifiers bmma{{.bits = {75, 76}, .names = bmma_shape},
                         {.bits = {77, 78}, .names = bit_operation},
                         {.bits = {80}, .names = population}};
constexpr Names dmma_shape_80{"884"}, dmma_shape{"8x8x4", "16x8x4", "16x8x8", "16x8x16"};
constexpr Modifiers dmma_80{{.names = dmma_shape_80}};
constexpr Modifiers dmma{{.bits = {76, 77}, .names = dmma_shape}};

constexpr Names qmma_shape{"16816", "16832", "16864"};
constexpr Modifiers qmma{{.bits = {80}, .names = sparse},
                         {.bits = {75, 76}, .names = qmma_shape},
                         {.bits = {77}, .names = accumulator},
                         {.bits = {78, 82, 83}, .names = small_float},
                         {.bits = {79, 84, 85}, .names = small_float}};
constexpr Modifiers qmma_89{{.bits = {80}, .names = sparse},
                            {.bits = {75, 76}, .names = qmma_shape},
                            {.bits = {77}, .names = accumulator},
                            {.bits = {78}, .names = fp8},
                            {.bits = {79}, .names = fp8}};
constexpr Names scaled_qmma_shape{"16832", "SP.16864"};
constexpr Modifiers scaled_qmma{{.names = scaled},
                                {.bits = {80}, .names = scaled_qmma_shape},
                                {.names = f32},
                                {.bits = {78, 82, 83}, .names = small_float},
                                {.bits = {79, 84, 85}, .names = small_float}};
constexpr Names omma_shape{"16864", "SP.168128"}, omma_scale{"E8", "UE4M3"};
constexpr Names scale_vector{"4X", ""};
constexpr Modifiers omma{{.names = scaled},
                         {.bits = {80}, .names = omma_shape},
                         {.names = f32},
                         {.names = e2m1},
                         {.names = e2m1},
                         {.bits = {82}, .names = omma_scale},
                         {.bits = {83}, .names = scale_vector}};

std::string warpgroup_shape(unsigned n, unsigned k) {
  return "64x" + std::to_string(n) + "x" + std::to_string(k);
}
/// N in steps of 8 in the lower five bits, the depth above them.
std::optional<std::string> hgmma_shape(unsigned value) {
  constexpr std::array<unsigned, 4> depth{16, 8, 32, 0};
  if (depth[value >> 5] == 0) return std::nullopt;
  return warpgroup_shape((value & 31) * 8 + 8, depth[value >> 5]);
}
std::optional<std::string> qgmma_shape(unsigned value) {
  return warpgroup_shape((value & 31) * 8 + 8, value < 32 ? 32 : 64);
}
/// Integers take N = 8, 16, 24, 32, 48, 64 ... 256.
std::optional<unsigned> integer_columns(unsigned index) {
  if (index > 17) return std::nullopt;
  return index < 4 ? index * 8 + 8 : index * 16 - 16;
}
std::optional<std::string> igmma_shape(unsigned value) {
  const auto n = integer_columns(value / 3);
  if (!n || value % 3 == 2) return std::nullopt;
  return warpgroup_shape(*n, value % 3 == 0 ? 32 : 64);
}
std::optional<std::string> bgmma_shape(unsigned value) {
  const auto n = integer_columns(value);
  if (!n) return std::nullopt;
  return warpgroup_shape(*n, 256);
}
constexpr BitPositions shape_bits{53, 54, 55, 56, 57, 58};
constexpr Modifiers hgmma{{.bits = {73}, .names = sparse},
                          {.bits = {53, 54, 55, 56, 57, 58, 59}, .names = {}, .name = hgmma_shape},
                          {.bits = {75}, .names = accumulator},
                          {.bits = {76, 77}, .names = half_type}};
constexpr Modifiers qgmma{{.bits = {73}, .names = sparse},
                          {.bits = shape_bits, .names = {}, .name = qgmma_shape},
                          {.bits = {75}, .names = accumulator},
                          {.bits = {76}, .names = fp8},
                          {.bits = {77}, .names = fp8}};
constexpr Modifiers igmma{{.bits = {73}, .names = sparse},
                          {.bits = shape_bits, .names = {}, .name = igmma_shape},
                          {.bits = {76, 77}, .names = byte_type},
                          {.bits = {82, 83}, .names = byte_type}};
constexpr Modifiers bgmma{{.bits = shape_bits, .names = {}, .name = bgmma_shape},
                          {.bits = {77, 78}, .names = bit_operation},
                          {.bits = {80}, .names = population}};

constexpr Names unknown{"?"};
constexpr Modifiers of_unknown_kind{{.names = unknown}};
// tcgen05: the kind of the multiplication is no part of the number.
constexpr BitPositions kind{72, 73, 63};
constexpr Modifiers tensor_core{{.bits = {85}, .names = of_two_ctas},
                                {.bits = {83}, .names = without_metadata}};
constexpr Modifiers two_ctas{{.bits = {85}, .names = of_two_ctas}};
constexpr Names to_tensor_memory{"T"}, from_shared_memory{"S"};
constexpr Modifiers tensor_copy{{.bits = {86}, .names = to_tensor_memory},
                                {.bits = {87}, .names = from_shared_memory},
                                {.bits = {85}, .names = of_two_ctas}};
constexpr Names arrival_event{"", "WAKEUP"};
constexpr Modifiers arrival{{.bits = {85}, .names = of_two_ctas},
                            {.bits = {76, 77}, .names = arrival_event},
                            {.bits = {75}, .names = multicast}};

constexpr Names answer_to{"SELFCAST", "BROADCAST"};
constexpr Modifiers next_work{{.bits = {72}, .names = answer_to}};

constexpr Names matrix_element{"16", "?", "?", "?", "?", "U4x16P64TO8", "U6x16P32TO8", "8"};
constexpr Names load_shape{"M88", "MT88", "M816", "?", "MT1616"};
constexpr Names store_element{"16", "8"}, store_shape{"M88", "MT88", "MT168"};
constexpr Names matrix_count{"", "2", "4"};
constexpr Modifiers load_matrix{{.bits = {75, 76, 77}, .names = matrix_element},
                                {.bits = {78, 79, 80}, .names = load_shape},
                                {.bits = {72, 73}, .names = matrix_count}};
constexpr Modifiers load_matrix_75{{.bits = {75, 76, 77}, .names = matrix_element},
                                   {.bits = {78, 79}, .names = load_shape},
                                   {.bits = {72, 73}, .names = matrix_count}};
constexpr Modifiers store_matrix{{.bits = {75}, .names = store_element},
                                 {.bits = {78, 79}, .names = store_shape},
                                 {.bits = {72, 73}, .names = matrix_count}};

constexpr Names dimensions{"1D", "2D", "3D", "4D", "5D"};
constexpr Names load_mode{"", "IM2COL", "?", "?", "GATHER4"}, store_mode{"", "IM2COL", "SCATTER4"};
constexpr Names invalidate{"IV", "PF"};
constexpr Modifiers tensor_load_many_90{{.bits = {79, 80, 81}, .names = dimensions},
                                        {.bits = {82}, .names = store_mode},
                                        {.bits = {75}, .names = multicast}};
constexpr Modifiers tensor_load{{.bits = {79, 80, 81}, .names = dimensions},
                                {.bits = {82, 83, 84}, .names = load_mode},
                                {.bits = {85}, .names = of_two_ctas}};
constexpr Modifiers tensor_load_many{{.bits = {79, 80, 81}, .names = dimensions},
                                     {.bits = {82, 83, 84}, .names = load_mode},
                                     {.bits = {75}, .names = multicast},
                                     {.bits = {85}, .names = of_two_ctas}};
constexpr Modifiers tensor_store{{.bits = {79, 80, 81}, .names = dimensions},
                                 {.bits = {82, 83}, .names = store_mode}};
constexpr Modifiers tensor_other{{.bits = {79, 80, 81}, .names = dimensions}};
constexpr Modifiers tensor_cache{{.bits = {82}, .names = invalidate}};
constexpr Modifiers to_level2{{.names = level2}};
constexpr Names destination{"G", "S"}, copy_source{"G", "S"}, reduction_source{"?", "S"};
constexpr Modifiers bulk_copy{{.bits = {73}, .names = destination},
                              {.bits = {74}, .names = copy_source},
                              {.bits = {75}, .names = multicast}};
constexpr Modifiers bulk_reduction{{.bits = {73}, .names = destination},
                                   {.bits = {74}, .names = reduction_source}};

constexpr Names arrival_kind{"", "TMASK", "RED"}, wait_kind{"", "TRYWAIT"};
constexpr Modifiers barrier_arrive{{.bits = {73, 74}, .names = arrival_kind}};
constexpr Modifiers barrier_check{{.bits = {72}, .names = wait_kind}};

// Conversions. Bits 89 and 90 tell packing two wide numbers (0) from unpacking bytes (1) and from
// making bytes (2).
constexpr BitPositions direction{89, 90};
constexpr Names half_80{"", "BF16"};
constexpr Names half{"F16",  "BF16", "?",    "E2M1", "?", "?", "E2M3",
                     "E3M2", "E5M2", "E4M3", "?",    "?", "E8"};
constexpr Names packs{"PACK_AB"}, packs_f32{"F32", "F32"}, unpacks{"UNPACK_B"};
constexpr Names rounding{"", "?", "RP", "RZ", "RS"};
constexpr Names from_bytes{"?",    "?",    "E5M2", "E4M3", "?", "E2M1",
                           "E2M3", "E3M2", "?",    "?",    "?", "E8"};
constexpr Names to_bytes{"?",    "?",    "?",    "E2M1", "?", "?", "E2M3",
                         "E3M2", "E5M2", "E4M3", "?",    "?", "E8"};
constexpr Names from_f32{"?", "F32"}, merges{"PACK_AB_MERGE_C"};
constexpr Modifiers pack_80{{.bits = {77}, .names = finite},
                            {.bits = {75}, .names = relu},
                            {.bits = {76}, .names = half_80},
                            {.names = packs}};
constexpr Modifiers pack{{.bits = {77}, .names = finite},
                         {.bits = {75}, .names = relu},
                         {.bits = {76, 85, 86, 87}, .names = half},
                         {.names = packs_f32},
                         {.names = packs},
                         {.bits = {79, 80, 81}, .names = rounding}};
constexpr Modifiers unpack_bytes{{.bits = {75}, .names = relu},
                                 {.bits = {76, 85, 86, 87}, .names = half},
                                 {.bits = {73, 74, 82, 83}, .names = from_bytes},
                                 {.names = unpacks}};
constexpr BitPositions wide_source{89, 90, 78};
constexpr Modifiers pack_bytes{{.bits = {77}, .names = finite},
                               {.bits = {75}, .names = relu},
                               {.bits = {76, 85, 86, 87}, .names = to_bytes},
                               {.bits = {78}, .names = from_f32},
                               {.names = merges},
                               {.bits = {79, 80, 81}, .names = rounding}};
// From two halves: what stands behind the type is of no probe.
constexpr Modifiers repack_bytes{{.bits = {77}, .names = finite},
                                 {.bits = {75}, .names = relu},
                                 {.bits = {76, 85, 86, 87}, .names = to_bytes}};

constexpr Names function{"COS", "SIN", "EX2", "LG2", "RCP", "RSQ", "?", "?", "SQRT", "TANH"};
constexpr Names function_type_80{"", "F16"};
constexpr Names function_type{"", "F16", "BF16", "?", "BF16x2"};
constexpr Modifiers transcendental_80{{.bits = {74, 75, 76, 77}, .names = function},
                                      {.bits = {73}, .names = function_type_80}};
constexpr Modifiers transcendental{{.bits = {74, 75, 76, 77}, .names = function},
                                   {.bits = {72, 73}, .names = function_type}};
constexpr Modifiers transcendental_103{{.bits = {74, 75, 76, 77}, .names = function},
                                       {.bits = {72, 73, 80}, .names = function_type}};

constexpr Names packed_type{"", "F32", "BF16_V2"}, flush{"", "FMZ", "FTZ"}, mma{"MMA"};
constexpr Modifiers packed_fma{{.bits = {78, 85}, .names = packed_type},
                               {.bits = {76, 80}, .names = flush},
                               {.bits = {77}, .names = saturated},
                               {.bits = {79}, .names = relu}};
constexpr Modifiers packed_fma_mma{{.names = mma},
                                   {.bits = {78, 85}, .names = packed_type},
                                   {.bits = {76, 80}, .names = flush},
                                   {.bits = {77}, .names = saturated},
                                   {.bits = {79}, .names = relu}};
constexpr Modifiers packed_fma_mma_80{{.names = mma},
                                      {.bits = {76, 80}, .names = flush},
                                      {.bits = {77}, .names = saturated},
                                      {.bits = {79}, .names = relu}};
constexpr Modifiers packed{{.bits = {78, 85}, .names = packed_type}};

constexpr Names eviction{"EF", "", "EL", "LU", "EU", "NA"};
constexpr Names second_eviction{"EFL2", "ENL2", "ELL2", "?", "EFL2", "ENL2", "ELL2"};
constexpr Names prefetch{"", "LTC64B", "LTC128B"};
constexpr Names always_extended{"E"};
constexpr Modifiers wide_load{{.names = always_extended},
                              {.bits = {84, 85, 86}, .names = eviction},
                              {.bits = {81, 82, 83}, .names = second_eviction},
                              {.bits = {73, 74}, .names = prefetch},
                              {.names = bits_256}};
constexpr Names atomic_operation{"ADD", "MIN", "MAX"};
constexpr Names vector_type{"F16x2", "F16x4", "F16x8", "BF16x2", "BF16x4", "BF16x8", "?",  "?", "?",
                            "F32",   "F32x2", "F32x4", "F32",    "F32x2",  "F32x4",  "F64"};
constexpr Modifiers vector_reduction{{.bits = {72}, .names = extended},
                                     {.bits = {88, 89}, .names = atomic_operation},
                                     {.bits = {84, 85, 86}, .names = eviction},
                                     {.bits = {73, 74, 75, 76, 87}, .names = vector_type}};
constexpr Names exchange{"CAS"}, exchange_size{"", "?", "64", "?", "128"};
constexpr Modifiers compare_exchange{{.bits = {72}, .names = extended},
                                     {.names = exchange},
                                     {.bits = {84, 85, 86}, .names = eviction},
                                     {.bits = {73, 74, 75}, .names = exchange_size}};
constexpr Names any_atomic_operation{"ADD", "MIN", "MAX", "INC",  "DEC",
                                     "AND", "OR",  "XOR", "EXCH", "SAFEADD"};
constexpr Modifiers atomic{{.bits = {72}, .names = extended},
                           {.bits = {87, 88, 89, 90}, .names = any_atomic_operation}};
constexpr Modifiers address{{.bits = {72}, .names = extended}};

constexpr std::uint8_t form(unsigned number) { return static_cast<std::uint8_t>(1u << number); }
constexpr std::uint8_t any_form = 0xff;

// clang-format off
constexpr SassEncoding table[] = {
    {0x00f, any_form, 90, 103, "VIMNMX3"},
    {0x02e, form(4), 90, newest, "ACQBULK"},
    {0x02f, form(4), 90, newest, "ELECT"},
    {0x030, any_form, 80, newest, "HADD2", packed},
    {0x031, any_form, 80, newest, "HFMA2", packed_fma},
    {0x032, any_form, 80, newest, "HMUL2", packed},
    {0x035, any_form, 80, 89, "HFMA2", packed_fma_mma_80},
    {0x035, any_form, 90, 90, "HFMA2", packed_fma_mma},
    {0x037, form(1), 80, newest, "IMMA", imma},
    {0x03a, form(1), 80, newest, "MOVM"},
    {0x03b, form(4), 75, 90, "LDSM", load_matrix_75},
    {0x03b, form(4), 100, newest, "LDSM", load_matrix},
    {0x03c, form(1), 80, newest, "HMMA", hmma},
    {0x03d, form(1), 80, 90, "BMMA", bmma},
    {0x03e, any_form, 80, 88, "F2FP", pack_80, direction, 0},
    {0x03e, any_form, 89, newest, "F2FP", pack, direction, 0},
    {0x03e, any_form, 89, newest, "F2FP", unpack_bytes, direction, 1},
    {0x03e, any_form, 89, newest, "F2FP", repack_bytes, wide_source, 2},
    {0x03e, any_form, 89, newest, "F2FP", pack_bytes, wide_source, 6},
    {0x03f, form(1), 80, 89, "DMMA", dmma_80},
    {0x03f, form(1), 90, newest, "DMMA", dmma},
    {0x044, form(4), 90, newest, "STSM", store_matrix},
    {0x046, any_form, 90, 103, "VIADDMNMX"},
    {0x049, any_form, 100, 103, "FFMA2"},
    {0x04a, any_form, 100, 103, "FMUL2"},
    {0x04b, any_form, 100, 103, "FADD2"},
    {0x076, any_form, 100, 110, "FMNMX3"},
    {0x07a, form(1), 89, 89, "QMMA", qmma_89},
    {0x07a, form(1), 120, newest, "QMMA", qmma},
    {0x07a, form(2), 120, newest, "QMMA", scaled_qmma},
    {0x07f, form(2), 120, newest, "OMMA", omma},
    {0x0cc, form(1), 100, 103, "CREDUX"},
    {0x108, any_form, 80, 89, "MUFU", transcendental_80},
    {0x108, any_form, 103, 103, "MUFU", transcendental_103},
    {0x108, any_form, 90, newest, "MUFU", transcendental},
    {0x17e, form(4), 100, newest, "LDG", wide_load},
    {0x180, form(4), 80, newest, "LD", address},
    {0x185, any_form, 80, newest, "ST", address},
    {0x18a, any_form, 80, newest, "ATOM", address},
    {0x18c, form(7), 80, 89, "ATOMS.POPC.INC", {}, {87, 88, 89, 90}, 10},
    {0x18c, form(7), 80, 89, "ATOMS.ARRIVE", {}, {87, 88, 89, 90}, 9},
    {0x1a4, form(4), 90, newest, "LDGMC"},
    {0x1a6, form(4), 90, newest, "REDG", vector_reduction},
    {0x1a7, form(2), 90, newest, "SYNCS.PHASECHK.TRANS64", barrier_check},
    {0x1a7, form(4), 90, newest, "SYNCS.ARRIVE.TRANS64", barrier_arrive},
    {0x1a8, form(1) | form(4), 75, newest, "ATOMG", atomic},
    {0x1a9, form(1), 80, newest, "ATOMG", compare_exchange},
    {0x1ae, any_form, 80, newest, "LDGSTS"},
    {0x1af, form(4), 80, newest, "LDGDEPBAR"},
    {0x1b2, form(2), 90, newest, "SYNCS.EXCH"},
    {0x1b4, form(1), 90, 90, "UTMALDG", tensor_load_many_90},
    {0x1b4, form(2), 90, 90, "UTMALDG", tensor_other},
    {0x1b4, form(1), 100, newest, "UTMALDG", tensor_load_many},
    {0x1b4, form(2), 100, newest, "UTMALDG", tensor_load},
    {0x1b5, form(1), 90, newest, "UTMASTG", tensor_store},
    {0x1b6, form(1), 90, newest, "UTMAREDG", tensor_other},
    {0x1b7, form(4), 90, newest, "UTMACMDFLUSH"},
    {0x1b8, any_form, 90, newest, "UTMAPF", to_level2},
    {0x1b9, form(4), 90, newest, "UTMACCTL", tensor_cache},
    {0x1ba, form(1), 90, newest, "UBLKCP", bulk_copy},
    {0x1bb, form(1), 90, newest, "UBLKRED", bulk_reduction},
    {0x1bc, form(1), 90, newest, "UBLKPF", to_level2},
    {0x1bd, form(6), 90, newest, "STAS"},
    {0x1be, form(6), 90, newest, "REDAS"},
    {0x1c4, form(1), 80, newest, "REDUX"},
    {0x1c5, form(4), 90, 90, "WARPGROUP"},
    {0x1c6, form(1), 90, newest, "FENCE.VIEW.ASYNC"},
    {0x1c7, form(4), 90, newest, "UCGABAR_ARV"},
    {0x1c7, form(6), 90, newest, "UCGABAR_WAIT"},
    {0x1c8, any_form, 90, newest, "USETMAXREG"},
    {0x1ca, form(1), 100, newest, "UGETNEXTWORKID", next_work},
    {0x1e3, any_form, 100, 110, "UTCATOMSWS", two_ctas},
    {0x1e6, any_form, 100, 110, "UTCSHIFT"},
    {0x1e7, any_form, 100, 110, "UTCCP", tensor_copy},
    {0x1e9, any_form, 100, 110, "UTCBAR", arrival},
    {0x1ea, any_form, 100, 110, "UTCHMMA", tensor_core, kind, 0},
    {0x1ea, form(2) | form(4), 100, 100, "UTCIMMA", tensor_core, kind, 1},
    {0x1ea, form(2) | form(4), 110, 110, "UTCIMMA", tensor_core, kind, 1},
    {0x1ea, form(2) | form(4), 100, 110, "UTCQMMA", tensor_core, kind, 3},
    {0x1ea, form(6) | form(7), 100, 110, "UTCQMMA", two_ctas, kind, 3},
    {0x1ea, form(6) | form(7), 103, 110, "UTCQMMA", two_ctas, kind, 7},
    {0x1ea, any_form, 100, 110, "UTCOMMA", two_ctas, kind, 4},
    {0x1ea, any_form, 100, 110, "UTC", of_unknown_kind},
    {0x1ed, any_form, 100, 110, "STTM"},
    {0x1ee, form(2), 103, 110, "LDTM.STAT"},
    {0x1ee, form(4), 100, 110, "LDTM"},
    {0x1f0, any_form, 90, 90, "HGMMA", hgmma},
    {0x1f1, any_form, 90, 90, "IGMMA", igmma},
    {0x1f2, any_form, 90, 90, "BGMMA", bgmma},
    {0x1f3, any_form, 90, 90, "QGMMA", qgmma},
};
// clang-format on
static_assert(std::ranges::is_sorted(table, {}, &SassEncoding::number));

}  // namespace

unsigned SassInstruction::bits(std::span<const std::uint8_t> positions) const {
  unsigned value = 0;
  unsigned place = 0;
  for (const auto position : positions) {
    if (position == 0) break;
    const auto word = position < 64 ? low : high;
    value |= static_cast<unsigned>((word >> (position % 64)) & 1u) << place++;
  }
  return value;
}

bool is_decoded(int architecture) {
  constexpr auto known = std::to_array({75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121});
  return std::ranges::find(known, architecture) != known.end();
}

std::span<const SassEncoding> sass_encodings() { return table; }

}  // namespace bp
