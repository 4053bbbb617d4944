/** A trip end and a place to name sites after: position in degrees, people in thousands (rounded), the force that polices it. */
export interface Town {
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  readonly thousands: number;
  readonly force: string;
}

// Written by us from plain geography: rounded positions and populations, good for a demonstration, not for survey.
const TABLE = `
London Westminster|51.500|-0.130|260|Metropolitan Police
Croydon|51.373|-0.098|390|Metropolitan Police
Bromley|51.406|0.015|330|Metropolitan Police
Romford|51.576|0.183|270|Metropolitan Police
Ilford|51.559|0.070|310|Metropolitan Police
Enfield|51.652|-0.081|330|Metropolitan Police
Barnet|51.653|-0.200|390|Metropolitan Police
Harrow|51.580|-0.334|260|Metropolitan Police
Uxbridge|51.546|-0.478|310|Metropolitan Police
Hounslow|51.468|-0.361|290|Metropolitan Police
Kingston upon Thames|51.412|-0.300|170|Metropolitan Police
Greenwich|51.478|0.005|290|Metropolitan Police
Birmingham|52.480|-1.900|1140|West Midlands
Coventry|52.408|-1.510|345|West Midlands
Wolverhampton|52.586|-2.128|260|West Midlands
Walsall|52.586|-1.982|285|West Midlands
Dudley|52.509|-2.088|320|West Midlands
Solihull|52.412|-1.778|216|West Midlands
Manchester|53.480|-2.242|550|Greater Manchester
Bolton|53.578|-2.429|290|Greater Manchester
Stockport|53.408|-2.149|290|Greater Manchester
Wigan|53.545|-2.632|325|Greater Manchester
Oldham|53.541|-2.118|240|Greater Manchester
Rochdale|53.614|-2.159|220|Greater Manchester
Liverpool|53.408|-2.991|490|Merseyside
Birkenhead|53.389|-3.023|320|Merseyside
St Helens|53.454|-2.737|183|Merseyside
Southport|53.648|-3.007|95|Merseyside
Warrington|53.390|-2.597|210|Cheshire
Chester|53.190|-2.892|90|Cheshire
Crewe|53.099|-2.441|77|Cheshire
Macclesfield|53.259|-2.126|55|Cheshire
Preston|53.763|-2.703|148|Lancashire
Blackpool|53.817|-3.036|141|Lancashire
Blackburn|53.748|-2.482|155|Lancashire
Burnley|53.789|-2.248|95|Lancashire
Lancaster|54.047|-2.801|142|Lancashire
Carlisle|54.892|-2.933|110|Cumbria
Kendal|54.328|-2.747|30|Cumbria
Penrith|54.664|-2.753|17|Cumbria
Workington|54.643|-3.544|26|Cumbria
Barrow-in-Furness|54.111|-3.226|67|Cumbria
Leeds|53.800|-1.549|810|West Yorkshire
Bradford|53.795|-1.759|546|West Yorkshire
Huddersfield|53.646|-1.785|170|West Yorkshire
Wakefield|53.683|-1.498|350|West Yorkshire
Halifax|53.722|-1.863|210|West Yorkshire
Sheffield|53.381|-1.470|556|South Yorkshire
Doncaster|53.523|-1.133|310|South Yorkshire
Rotherham|53.430|-1.357|265|South Yorkshire
Barnsley|53.553|-1.482|245|South Yorkshire
York|53.959|-1.082|202|North Yorkshire
Harrogate|53.992|-1.541|75|North Yorkshire
Scarborough|54.280|-0.404|61|North Yorkshire
Northallerton|54.339|-1.432|17|North Yorkshire
Scotch Corner|54.443|-1.669|5|North Yorkshire
Hull|53.745|-0.336|267|Humberside
Grimsby|53.567|-0.080|88|Humberside
Scunthorpe|53.590|-0.651|82|Humberside
Goole|53.704|-0.876|20|Humberside
Newcastle upon Tyne|54.978|-1.612|300|Northumbria
Sunderland|54.906|-1.381|275|Northumbria
Gateshead|54.953|-1.603|196|Northumbria
Berwick-upon-Tweed|55.771|-2.005|12|Northumbria
Alnwick|55.413|-1.706|8|Northumbria
Hexham|54.972|-2.101|13|Northumbria
Durham|54.777|-1.576|55|Durham
Darlington|54.524|-1.553|108|Durham
Middlesbrough|54.575|-1.235|144|Cleveland
Stockton-on-Tees|54.570|-1.319|197|Cleveland
Hartlepool|54.686|-1.213|92|Cleveland
Nottingham|52.954|-1.150|324|Nottinghamshire
Mansfield|53.147|-1.198|110|Nottinghamshire
Newark-on-Trent|53.076|-0.809|30|Nottinghamshire
Worksop|53.302|-1.124|45|Nottinghamshire
Derby|52.922|-1.476|262|Derbyshire
Chesterfield|53.235|-1.421|104|Derbyshire
Buxton|53.259|-1.911|20|Derbyshire
Leicester|52.636|-1.133|368|Leicestershire
Loughborough|52.772|-1.206|65|Leicestershire
Hinckley|52.541|-1.373|50|Leicestershire
Lincoln|53.231|-0.540|104|Lincolnshire
Grantham|52.912|-0.642|45|Lincolnshire
Boston|52.979|-0.026|45|Lincolnshire
Spalding|52.787|-0.153|35|Lincolnshire
Skegness|53.144|0.336|21|Lincolnshire
Northampton|52.240|-0.903|245|Northamptonshire
Kettering|52.398|-0.727|63|Northamptonshire
Corby|52.492|-0.684|75|Northamptonshire
Stafford|52.806|-2.117|71|Staffordshire
Stoke-on-Trent|53.003|-2.179|258|Staffordshire
Burton upon Trent|52.806|-1.643|76|Staffordshire
Cannock|52.691|-2.030|100|Staffordshire
Lichfield|52.682|-1.829|34|Staffordshire
Shrewsbury|52.708|-2.754|77|West Mercia
Telford|52.677|-2.449|180|West Mercia
Worcester|52.192|-2.220|103|West Mercia
Hereford|52.056|-2.716|61|West Mercia
Kidderminster|52.389|-2.250|57|West Mercia
Bromsgrove|52.336|-2.061|34|West Mercia
Oswestry|52.860|-3.054|18|West Mercia
Warwick|52.282|-1.585|85|Warwickshire
Rugby|52.371|-1.265|78|Warwickshire
Nuneaton|52.523|-1.468|88|Warwickshire
Norwich|52.629|1.299|215|Norfolk
King's Lynn|52.754|0.396|48|Norfolk
Great Yarmouth|52.606|1.729|60|Norfolk
Thetford|52.413|0.748|27|Norfolk
Ipswich|52.057|1.148|140|Suffolk
Bury St Edmunds|52.246|0.711|41|Suffolk
Lowestoft|52.476|1.752|71|Suffolk
Felixstowe|51.964|1.351|25|Suffolk
Cambridge|52.205|0.122|146|Cambridgeshire
Peterborough|52.573|-0.241|216|Cambridgeshire
Huntingdon|52.331|-0.184|26|Cambridgeshire
Bedford|52.136|-0.467|106|Bedfordshire
Luton|51.879|-0.418|225|Bedfordshire
Watford|51.656|-0.396|131|Hertfordshire
St Albans|51.752|-0.339|148|Hertfordshire
Stevenage|51.902|-0.202|89|Hertfordshire
Hemel Hempstead|51.753|-0.449|96|Hertfordshire
Chelmsford|51.736|0.469|181|Essex
Colchester|51.889|0.904|193|Essex
Southend-on-Sea|51.538|0.714|181|Essex
Harlow|51.770|0.095|93|Essex
Basildon|51.576|0.489|115|Essex
Thurrock|51.480|0.290|176|Essex
Maidstone|51.272|0.529|114|Kent
Canterbury|51.280|1.079|55|Kent
Dover|51.129|1.313|32|Kent
Ashford|51.146|0.875|83|Kent
Gillingham|51.386|0.552|280|Kent
Folkestone|51.082|1.167|54|Kent
Sevenoaks|51.272|0.191|30|Kent
Guildford|51.236|-0.570|80|Surrey
Woking|51.319|-0.559|104|Surrey
Redhill|51.240|-0.170|35|Surrey
Staines|51.434|-0.511|26|Surrey
Brighton|50.823|-0.138|277|Sussex
Crawley|51.109|-0.187|118|Sussex
Worthing|50.818|-0.373|111|Sussex
Eastbourne|50.768|0.284|102|Sussex
Hastings|50.854|0.573|91|Sussex
Chichester|50.837|-0.780|29|Sussex
Reading|51.454|-0.973|240|Thames Valley
Oxford|51.752|-1.258|162|Thames Valley
Milton Keynes|52.041|-0.760|265|Thames Valley
Slough|51.511|-0.595|159|Thames Valley
High Wycombe|51.629|-0.749|128|Thames Valley
Aylesbury|51.816|-0.808|88|Thames Valley
Newbury|51.401|-1.323|44|Thames Valley
Banbury|52.063|-1.340|54|Thames Valley
Bicester|51.900|-1.151|38|Thames Valley
Southampton|50.905|-1.404|249|Hampshire
Portsmouth|50.805|-1.087|208|Hampshire
Basingstoke|51.266|-1.087|115|Hampshire
Winchester|51.063|-1.309|48|Hampshire
Farnborough|51.294|-0.756|100|Hampshire
Andover|51.208|-1.480|50|Hampshire
Ringwood|50.848|-1.790|14|Hampshire
Bournemouth|50.720|-1.880|400|Dorset
Dorchester|50.711|-2.441|21|Dorset
Weymouth|50.614|-2.457|53|Dorset
Swindon|51.558|-1.782|185|Wiltshire
Salisbury|51.069|-1.794|45|Wiltshire
Chippenham|51.461|-2.119|37|Wiltshire
Warminster|51.205|-2.181|18|Wiltshire
Bristol|51.454|-2.588|472|Avon and Somerset
Bath|51.381|-2.359|95|Avon and Somerset
Taunton|51.015|-3.101|65|Avon and Somerset
Weston-super-Mare|51.346|-2.977|82|Avon and Somerset
Yeovil|50.942|-2.633|50|Avon and Somerset
Bridgwater|51.128|-3.004|42|Avon and Somerset
Gloucester|51.864|-2.244|133|Gloucestershire
Cheltenham|51.900|-2.078|119|Gloucestershire
Cirencester|51.719|-1.968|20|Gloucestershire
Exeter|50.722|-3.530|131|Devon and Cornwall
Plymouth|50.376|-4.143|265|Devon and Cornwall
Torquay|50.462|-3.525|140|Devon and Cornwall
Barnstaple|51.080|-4.058|47|Devon and Cornwall
Truro|50.263|-5.051|23|Devon and Cornwall
Bodmin|50.466|-4.718|17|Devon and Cornwall
Penzance|50.119|-5.537|22|Devon and Cornwall
Honiton|50.799|-3.189|12|Devon and Cornwall
Cardiff|51.482|-3.179|362|South Wales
Swansea|51.621|-3.944|238|South Wales
Bridgend|51.504|-3.577|50|South Wales
Merthyr Tydfil|51.748|-3.378|58|South Wales
Port Talbot|51.592|-3.780|32|South Wales
Newport|51.588|-2.998|160|Gwent
Abergavenny|51.824|-3.017|13|Gwent
Monmouth|51.813|-2.716|11|Gwent
Carmarthen|51.857|-4.312|16|Dyfed-Powys
Haverfordwest|51.802|-4.969|14|Dyfed-Powys
Aberystwyth|52.415|-4.083|16|Dyfed-Powys
Brecon|51.947|-3.391|8|Dyfed-Powys
Newtown|52.513|-3.314|12|Dyfed-Powys
Wrexham|53.046|-2.993|65|North Wales
Bangor|53.228|-4.129|18|North Wales
Holyhead|53.309|-4.633|12|North Wales
Rhyl|53.319|-3.491|27|North Wales
Llandudno Junction|53.283|-3.809|20|North Wales
Dolgellau|52.743|-3.886|3|North Wales
Edinburgh|55.953|-3.189|506|Police Scotland
Glasgow|55.861|-4.250|622|Police Scotland
Aberdeen|57.149|-2.094|198|Police Scotland
Dundee|56.462|-2.970|148|Police Scotland
Inverness|57.478|-4.225|47|Police Scotland
Perth|56.395|-3.437|47|Police Scotland
Stirling|56.117|-3.937|37|Police Scotland
Dunfermline|56.072|-3.452|56|Police Scotland
Falkirk|56.002|-3.784|98|Police Scotland
Livingston|55.884|-3.523|57|Police Scotland
Motherwell|55.789|-3.991|90|Police Scotland
Paisley|55.846|-4.424|77|Police Scotland
Kilmarnock|55.611|-4.496|47|Police Scotland
Ayr|55.459|-4.629|47|Police Scotland
Dumfries|55.070|-3.605|32|Police Scotland
Gretna|55.000|-3.067|3|Police Scotland
Lockerbie|55.122|-3.357|4|Police Scotland
Abington|55.493|-3.692|1|Police Scotland
Stranraer|54.903|-5.026|10|Police Scotland
Pitlochry|56.703|-3.735|3|Police Scotland
Aviemore|57.195|-3.826|3|Police Scotland
Fort William|56.820|-5.108|10|Police Scotland
Elgin|57.649|-3.318|25|Police Scotland
Crianlarich|56.392|-4.617|1|Police Scotland
Galashiels|55.617|-2.806|13|Police Scotland
Thurso|58.594|-3.521|8|Police Scotland
Tain|57.811|-4.055|4|Police Scotland
Stonehaven|56.964|-2.211|11|Police Scotland
`;

/** The towns of the demonstration; names are unique. */
export const TOWNS: readonly Town[] = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [name = "", lat = "", lon = "", thousands = "", force = ""] = line.split("|");
    return { name, lat: Number(lat), lon: Number(lon), thousands: Number(thousands), force };
  });

/** Force → feed number. Numbered by us in order of the alphabet for the demonstration: not any real force code. */
export const FEEDS: ReadonlyMap<string, number> = new Map(
  [...new Set(TOWNS.map((town) => town.force))].sort().map((force, at) => [force, at + 1]),
);
