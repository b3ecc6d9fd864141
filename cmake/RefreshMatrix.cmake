# The target refresh_matrix (`make refresh-matrix`): all probes through the assemblers of several CUDA releases into
# probes/assembly/toolkits.json. Only probes that changed are judged anew; equal probes give an equal file.
# refresh_matrix_all (`make refresh-matrix ALL=1`) judges all: after a change of how messages are read.
set(bp_matrix_toolkits 12.8.93 12.9.86 13.0.88 13.5.37)
# The PTX is that of one compiler, so that the table does not change with the machine it is made on.
set(bp_matrix_compiler 13.0.88)

if(NOT bp_version STREQUAL bp_matrix_compiler)
  foreach(name refresh_matrix refresh_matrix_all)
    add_custom_target(${name}
      COMMAND ${CMAKE_COMMAND} -E echo "The matrix is made from PTX of nvcc ${bp_matrix_compiler}, and this build has \
${bp_version}: remove the build folder and call BP_TOOLKIT=wheels make refresh-matrix"
      COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
  endforeach()
  return()
endif()

set(arguments)
set(programs)
foreach(version IN LISTS bp_matrix_toolkits)
  if(version STREQUAL bp_version)
    list(APPEND arguments --ptxas ${BP_PTXAS})
  else()
    bp_assembler_program(${version} program)
    list(APPEND arguments --ptxas ${program})
    list(APPEND programs bp_ptxas_${version})
  endif()
endforeach()
get_property(texts TARGET bp_probe_pack_pack PROPERTY BP_TEXTS)
list(GET texts 0 first)
get_filename_component(folder ${first} DIRECTORY)
bp_assembler(bp_features assembler)
foreach(name refresh_matrix refresh_matrix_all)
  set(all)
  if(name MATCHES "_all$")
    set(all --all)
  endif()
  add_custom_target(${name}
    COMMAND ${assembler} toolkits ${all} ${arguments} --ptx-folder ${folder}
            --output ${PROJECT_SOURCE_DIR}/probes/assembly/toolkits.json
    DEPENDS ${texts} USES_TERMINAL VERBATIM
    COMMENT "Judging all probes with ptxas of ${bp_matrix_toolkits}")
  add_dependencies(${name} ${programs})
endforeach()
