// Finding identifying values in text by their shape. Hand-written scanners: std::regex recurses per
// character and a driver's log may be long.
#pragma once

#include <cstddef>
#include <string_view>

#include "report/redact/names.h"

namespace bp {

/// What a shape found at the start of `rest`: how many bytes, and what is written instead. Length
/// 0: nothing.
struct Match {
  std::size_t length = 0;
  std::string_view instead;
};

/// `before` is the text before `rest`: a shape counts only where a word starts.
Match match_uuid(std::string_view before, std::string_view rest);  // also GPU-..., MIG-...
Match match_pci(std::string_view before, std::string_view rest);   // 00000000:65:00.0, 65:00.0
Match match_mac(std::string_view before, std::string_view rest);
Match match_ip(std::string_view before,
               std::string_view rest);  // not loopback, not "version 9.10.2.21"
Match match_home(std::string_view before, std::string_view rest);  // /home/NAME, /Users/NAME, /root
/// Access tokens of hubs and clouds by their beginning, a password in an address, and the value of
/// what is called a token or password: API_KEY=...
Match match_secret(std::string_view before, std::string_view rest);

}  // namespace bp
