#include "tests/kernels/emulator.h"

#include <ucontext.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <deque>
#include <exception>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace bp::test {
namespace {

constexpr std::size_t stack_bytes = 256 * 1024;
constexpr int warp_size = 32;

float widen(std::uint32_t bf16) { return std::bit_cast<float>(bf16 << 16); }

struct Copy {
  std::size_t target;
  const unsigned char* source;  // null: zeros
};

/// What a lane brings to a collective operation of its warp, and what it takes away.
struct Offer {
  int operation = 0;
  int address = 0;
  float value = 0;
  std::array<float, 4> d{};
  std::array<unsigned, 4> a{};
  std::array<unsigned, 2> b{};
};

struct Thread {
  ucontext_t context{};
  std::unique_ptr<unsigned char[]> stack;
  bool done = false;
  std::deque<std::vector<Copy>> groups;  // committed, oldest first
  std::vector<Copy> open;
  void* fake_stack = nullptr;  // AddressSanitizer's
};

struct Warp {
  std::array<Offer, warp_size> offers;
  std::array<Offer, warp_size> published;
  int arrived = 0;
  unsigned generation = 0;
};

}  // namespace

class Block {
 public:
  Block(const BlockShape& shape, GlobalMemory readable)
      : shape_(shape),
        readable_(readable),
        threads_(static_cast<std::size_t>(shape.threads)),
        warps_(static_cast<std::size_t>(shape.threads / warp_size)),
        storage_(new unsigned char[shape.shared_bytes + 16]) {
    if (shape.threads % warp_size != 0) throw EmulatorError("threads are not whole warps");
    for (Thread& thread : threads_) thread.stack.reset(new unsigned char[stack_bytes]);
    shared_ = storage_.get() + (16 - reinterpret_cast<std::uintptr_t>(storage_.get()) % 16) % 16;
  }

  void run(int x, int y, const std::function<void(HostMachine&)>& kernel) {
    x_ = x;
    y_ = y;
    kernel_ = &kernel;
    error_ = nullptr;
    block_arrived_ = 0;
    // All-ones is NaN in every float format: what is read before it is written shows.
    std::memset(shared_, 0xff, shape_.shared_bytes);
    for (Warp& warp : warps_) warp = {};
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      Thread& thread = threads_[i];
      thread.done = false;
      thread.groups.clear();
      thread.open.clear();
      getcontext(&thread.context);
      thread.context.uc_stack.ss_sp = thread.stack.get();
      thread.context.uc_stack.ss_size = stack_bytes;
      thread.context.uc_link = nullptr;
      const auto self = reinterpret_cast<std::uintptr_t>(this);
      makecontext(&thread.context, reinterpret_cast<void (*)()>(&Block::start), 3,
                  static_cast<unsigned>(self >> 32), static_cast<unsigned>(self & 0xffffffffu),
                  static_cast<unsigned>(i));
    }
    schedule();
    if (error_) std::rethrow_exception(error_);
  }

  int x() const { return x_; }
  int y() const { return y_; }
  unsigned char* shared() const { return shared_; }

  void sync() {
    progress_ = true;
    const unsigned generation = block_generation_;
    if (++block_arrived_ == shape_.threads) {
      block_arrived_ = 0;
      ++block_generation_;
      return;
    }
    while (block_generation_ == generation) yield();
  }

  /// All 32 lanes of the warp meet; each gets everyone's offer. The last to arrive lets `finish`
  /// compute.
  const std::array<Offer, warp_size>& meet(int thread, const Offer& offer,
                                           void (*finish)(Block&, std::array<Offer, warp_size>&)) {
    progress_ = true;
    Warp& warp = warps_[static_cast<std::size_t>(thread / warp_size)];
    warp.offers[static_cast<std::size_t>(thread % warp_size)] = offer;
    const unsigned generation = warp.generation;
    if (++warp.arrived == warp_size) {
      for (const Offer& other : warp.offers) {
        if (other.operation != offer.operation)
          throw EmulatorError("lanes of a warp execute different operations");
      }
      warp.arrived = 0;
      warp.published = warp.offers;
      if (finish != nullptr) finish(*this, warp.published);
      ++warp.generation;
    } else {
      while (warp.generation == generation) yield();
    }
    return warp.published;
  }

  void copy16(int thread, int target, const void* source, bool valid) {
    check_shared(target);
    const auto* bytes = static_cast<const unsigned char*>(source);
    if (valid) {
      const auto* begin = reinterpret_cast<const unsigned char*>(readable_.data());
      const std::less<> before;
      if (before(bytes, begin) || before(begin + readable_.size(), bytes + 16)) {
        throw EmulatorError("a copy reads outside of the cache");
      }
      if ((bytes - begin) % 16 != 0) throw EmulatorError("a copy reads from an unaligned address");
    }
    const Copy copy{static_cast<std::size_t>(target), valid ? bytes : nullptr};
    if (shape_.copies == CopyTime::at_issue) {
      apply(copy);
    } else {
      threads_[static_cast<std::size_t>(thread)].open.push_back(copy);
    }
  }

  void commit(int thread) {
    Thread& t = threads_[static_cast<std::size_t>(thread)];
    t.groups.push_back(std::move(t.open));
    t.open.clear();
  }

  void wait(int thread, int pending) {
    Thread& t = threads_[static_cast<std::size_t>(thread)];
    while (t.groups.size() > static_cast<std::size_t>(pending)) {
      for (const Copy& copy : t.groups.front()) apply(copy);
      t.groups.pop_front();
    }
  }

  void check_shared(int offset) const {
    if (offset < 0 || static_cast<std::size_t>(offset) + 16 > shape_.shared_bytes) {
      throw EmulatorError("shared memory offset " + std::to_string(offset) + " is out of range");
    }
    if (offset % 16 != 0) throw EmulatorError("shared memory offset is not a multiple of 16");
  }

 private:
  static void start(unsigned high, unsigned low, unsigned thread) {
    auto* block = reinterpret_cast<Block*>((static_cast<std::uintptr_t>(high) << 32) | low);
    block->body(thread);
  }

  void body(std::size_t index) {
    entered(nullptr);
    try {
      HostMachine machine(*this, static_cast<int>(index));
      (*kernel_)(machine);
    } catch (...) {
      if (!error_) error_ = std::current_exception();
    }
    threads_[index].done = true;
    progress_ = true;
    leave(threads_[index], true);
  }

  /// Warp after warp, each runs as far as it can get alone: warps on a GPU may be that far apart. A
  /// round over all warps in which nobody got on is a deadlock.
  void schedule() {
    std::vector<std::size_t> warps(warps_.size());
    std::vector<std::size_t> lanes(warp_size);
    std::iota(warps.begin(), warps.end(), std::size_t{0});
    std::iota(lanes.begin(), lanes.end(), std::size_t{0});
    if (shape_.order == Order::backward) {
      std::ranges::reverse(warps);
      std::ranges::reverse(lanes);
    }
    std::minstd_rand random(1);
    left_ = threads_.size();
    while (left_ > 0 && !error_) {
      if (shape_.order == Order::shuffled) std::ranges::shuffle(warps, random);
      bool any = false;
      for (const std::size_t warp : warps) {
        if (shape_.order == Order::shuffled) std::ranges::shuffle(lanes, random);
        while (run_warp(warp, lanes)) any = true;
      }
      if (!any && !error_) {
        error_ = std::make_exception_ptr(
            EmulatorError("deadlock: threads wait for others that ended or wait"));
      }
    }
  }

  /// Whether any of the warp's threads got on.
  bool run_warp(std::size_t warp, const std::vector<std::size_t>& lanes) {
    progress_ = false;
    for (const std::size_t lane : lanes) {
      const std::size_t thread = warp * warp_size + lane;
      if (threads_[thread].done || error_) continue;
      resume(thread);
      if (threads_[thread].done) --left_;
    }
    return progress_;
  }

  void resume(std::size_t index) {
    current_ = index;
#if defined(__SANITIZE_ADDRESS__)
    void* fake = nullptr;
    __sanitizer_start_switch_fiber(&fake, threads_[index].stack.get(), stack_bytes);
#endif
    swapcontext(&scheduler_, &threads_[index].context);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
  }

  void yield() {
    const std::size_t self = current_;
    leave(threads_[self], false);
    entered(threads_[self].fake_stack);
    // A block that is given up after an error is not resumed, so this returns only in good order.
  }

  void leave(Thread& thread, bool for_good) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(for_good ? nullptr : &thread.fake_stack, main_stack_,
                                   main_stack_bytes_);
#else
    static_cast<void>(for_good);
#endif
    swapcontext(&thread.context, &scheduler_);
  }

  void entered(void* fake) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake, &main_stack_, &main_stack_bytes_);
#else
    static_cast<void>(fake);
#endif
  }

  void apply(const Copy& copy) {
    if (copy.source == nullptr) {
      std::memset(shared_ + copy.target, 0, 16);
    } else {
      std::memcpy(shared_ + copy.target, copy.source, 16);
    }
  }

  BlockShape shape_;
  GlobalMemory readable_;
  std::vector<Thread> threads_;
  std::vector<Warp> warps_;
  std::unique_ptr<unsigned char[]> storage_;
  unsigned char* shared_ = nullptr;
  ucontext_t scheduler_{};
  std::size_t current_ = 0;
  std::size_t left_ = 0;  // threads that have not ended
  const std::function<void(HostMachine&)>* kernel_ = nullptr;
  std::exception_ptr error_;
  int x_ = 0;
  int y_ = 0;
  int block_arrived_ = 0;
  unsigned block_generation_ = 0;
  bool progress_ = false;
#if defined(__SANITIZE_ADDRESS__)
  const void* main_stack_ = nullptr;
  std::size_t main_stack_bytes_ = 0;
#endif
};

int HostMachine::block_x() const { return block_.x(); }
int HostMachine::block_y() const { return block_.y(); }
unsigned char* HostMachine::shared() const { return block_.shared(); }
void HostMachine::sync() { block_.sync(); }
void HostMachine::commit() { block_.commit(thread_); }
void HostMachine::wait_for(int pending) { block_.wait(thread_, pending); }
float HostMachine::exp2(float x) const { return std::exp2(x); }
float HostMachine::log2(float x) const { return std::log2(x); }
float HostMachine::infinity() const { return std::numeric_limits<float>::infinity(); }

void HostMachine::copy16(int target, const void* source, bool valid) {
  block_.copy16(thread_, target, source, valid);
}

float HostMachine::shuffle_xor(float value, int mask) {
  Offer offer;
  offer.operation = 1;
  offer.value = value;
  return block_
      .meet(thread_, offer, nullptr)[static_cast<std::size_t>((thread_ % warp_size) ^ mask)]
      .value;
}

void HostMachine::load_matrices(int source, unsigned (&r)[4], bool transposed) {
  block_.check_shared(source);
  Offer offer;
  offer.operation = transposed ? 3 : 2;
  offer.address = source;
  // Read at the meeting, not when each lane gets on: lanes of a warp load at one moment.
  static constexpr auto load = [](Block& block, std::array<Offer, warp_size>& offers) {
    const bool trans = offers[0].operation == 3;
    std::array<std::array<std::array<std::uint16_t, 8>, 8>, 4> matrices;
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t row = 0; row < 8; ++row) {
        std::memcpy(matrices[i][row].data(), block.shared() + offers[8 * i + row].address, 16);
      }
    }
    for (std::size_t lane = 0; lane < warp_size; ++lane) {
      for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t group = lane / 4;
        const std::size_t pair = lane % 4 * 2;
        const unsigned low = trans ? matrices[i][pair][group] : matrices[i][group][pair];
        const unsigned high = trans ? matrices[i][pair + 1][group] : matrices[i][group][pair + 1];
        offers[lane].a[i] = low | high << 16;
      }
    }
  };
  const auto& offers = block_.meet(thread_, offer, load);
  std::ranges::copy(offers[static_cast<std::size_t>(thread_ % warp_size)].a, r);
}

void HostMachine::mma(float (&d)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  Offer offer;
  offer.operation = 4;
  std::ranges::copy(d, offer.d.begin());
  std::ranges::copy(a, offer.a.begin());
  offer.b = {b0, b1};
  static constexpr auto multiply = [](Block&, std::array<Offer, warp_size>& offers) {
    std::array<std::array<double, 16>, 16> left;
    std::array<std::array<double, 8>, 16> right;
    for (std::size_t lane = 0; lane < warp_size; ++lane) {
      const std::size_t group = lane / 4;
      const std::size_t t = lane % 4;
      for (std::size_t i = 0; i < 8; ++i) {  // a0..a7 of the PTX ISA
        const std::size_t row = (i / 2) % 2 == 0 ? group : group + 8;
        const std::size_t column = t * 2 + i % 2 + (i >= 4 ? 8 : 0);
        left[row][column] =
            static_cast<double>(widen(offers[lane].a[i / 2] >> (i % 2 * 16) & 0xffffu));
      }
      for (std::size_t i = 0; i < 4; ++i) {  // b0..b3
        const std::size_t row = t * 2 + i % 2 + (i >= 2 ? 8 : 0);
        right[row][group] =
            static_cast<double>(widen(offers[lane].b[i / 2] >> (i % 2 * 16) & 0xffffu));
      }
    }
    for (std::size_t lane = 0; lane < warp_size; ++lane) {
      for (std::size_t i = 0; i < 4; ++i) {  // c0..c3
        const std::size_t row = i < 2 ? lane / 4 : lane / 4 + 8;
        const std::size_t column = lane % 4 * 2 + i % 2;
        double sum = static_cast<double>(offers[lane].d[i]);
        for (std::size_t k = 0; k < 16; ++k) sum += left[row][k] * right[k][column];
        offers[lane].d[i] = static_cast<float>(sum);
      }
    }
  };
  const auto& offers = block_.meet(thread_, offer, multiply);
  std::ranges::copy(offers[static_cast<std::size_t>(thread_ % warp_size)].d, d);
}

unsigned HostMachine::pack_bf16(float low, float high) const {
  const auto round = [](float value) -> unsigned {
    if (std::isnan(value)) return 0x7fff;
    // To nearest even by arithmetic: the ulp of bf16 has 8 significant bits.
    int exponent = 0;
    static_cast<void>(std::frexp(value, &exponent));
    if (value == 0 || std::isinf(value)) return std::bit_cast<unsigned>(value) >> 16;
    const float unit = std::ldexp(1.0f, std::max(exponent, -125) - 8);
    return std::bit_cast<unsigned>(std::nearbyint(value / unit) * unit) >> 16;
  };
  return round(low) | round(high) << 16;
}

void emulate(int grid_x, int grid_y, const BlockShape& shape, GlobalMemory readable,
             const std::function<void(HostMachine&)>& kernel) {
  Block block(shape, readable);
  for (int y = 0; y < grid_y; ++y) {
    for (int x = 0; x < grid_x; ++x) block.run(x, y, kernel);
  }
}

}  // namespace bp::test
