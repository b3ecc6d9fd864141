#include "report/formats/text_ink.h"

namespace bp {

Ink text_ink(Tone tone) {
  switch (tone) {
    case Tone::good:
      return Ink::good;
    case Tone::partly:
      return Ink::partly;
    case Tone::bad:
      return Ink::bad;
    case Tone::broken:
      return Ink::broken;
    case Tone::unknown:
      break;
  }
  return Ink::unknown;
}

std::string text_mark(Tone tone, bool unicode) {
  switch (tone) {
    case Tone::good:
      return unicode ? "✓" : "+";
    case Tone::partly:
      return "~";
    case Tone::bad:
      return unicode ? "✗" : "-";
    case Tone::broken:
      return "!";
    case Tone::unknown:
      break;
  }
  return "?";
}

}  // namespace bp
